import { z } from 'zod';

/** What a queue is for. `run`: a whole run, which hands its parts to the other queues and waits for them; it costs a worker nearly nothing. */
export const queueNames = ['run', 'ingest', 'train', 'encode', 'index'] as const;
export type QueueName = (typeof queueNames)[number];

/** Where jobs go that failed for good, with their tag and message. */
export const DEAD_LETTERS = 'dead';

/** What a job carries: the row that says what to do, and a tag that tells people what it is about. Never arrays of data. */
export const jobSchema = z.object({
  /** The run; null for one that a schedule starts, which makes its own. */
  run: z.number().int().nullable(),
  /** A part of it, or null: the run as a whole. */
  part: z.number().int().nullable(),
  kind: z.string(),
  release: z.string().optional(),
  model: z.string().optional(),
  /** What a schedule asks for; other runs have it in their row. */
  input: z.record(z.string(), z.unknown()).optional(),
});

export type Job = z.output<typeof jobSchema>;

/** How a job appears in the log and in messages. */
export function tagOf({ run, part, kind, release, model }: Job): string {
  const about = [run === null ? null : `run ${run}`, part === null ? null : `part ${part}`, release, model];
  return `${kind} (${about.filter((each) => each !== null && each !== undefined).join(', ')})`;
}

/** The release and the model that an input or a part names, for the tag. */
export function aboutOf(task: Readonly<Record<string, unknown>>): { release?: string; model?: string } {
  const { release, model } = task;
  return {
    ...(typeof release === 'string' ? { release } : {}),
    ...(typeof model === 'string' ? { model } : {}),
  };
}
