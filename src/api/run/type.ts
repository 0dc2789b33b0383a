import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, GraphQLISODateTime, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Run as StoredRun } from '../../storage/run.js';
import { PageInfo } from '../relay/connection.js';

/** As the store has them, in GraphQL's case. */
export enum RunState {
  QUEUED = 'queued',
  RUNNING = 'running',
  DONE = 'done',
  PARTIAL = 'partial',
  FAILED = 'failed',
  STOPPED = 'stopped',
  LOST = 'lost',
}

registerEnumType(RunState, {
  name: 'RunState',
  description: 'Where a run stands.',
  valuesConfig: {
    QUEUED: { description: 'It waits for a worker.' },
    RUNNING: { description: 'It is being worked at.' },
    DONE: { description: 'All of it is done.' },
    PARTIAL: { description: 'Some input failed, and the rest is stored.' },
    FAILED: { description: 'It cannot be done; `error` says why.' },
    STOPPED: { description: 'It was ended from outside, to be run again.' },
    LOST: { description: 'Nothing was heard of its process for 30 s.' },
  },
});

@ObjectType({ description: 'How far a run is; at most a second old while it runs.' })
export class RunProgress {
  @Field({ description: 'What is being done: ingest, train, encode, index.' })
  readonly stage!: string;
  @Field(() => Float, { description: 'How much of it is done.' })
  readonly done!: number;
  @Field(() => Float, { description: 'How much there is; 0 while it is not known.' })
  readonly total!: number;
  @Field({ description: 'What is counted: spectra, epochs; or %.' })
  readonly unit!: string;
  @Field(() => Float, { nullable: true, description: 'So many a second of late; null while it cannot be told.' })
  readonly rate!: number | null;
}

@ObjectType({ description: 'What was done to the archive, from what, and how it ended.' })
export class Run {
  @Field(() => Int, {
    nullable: true,
    description:
      'Number of the run, later runs having higher ones; to tokens of scope operate, null to others, whom it would tell of runs that they do not see.',
  })
  readonly number: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Number of the run that this one is a step of; to tokens of scope operate, null to others.',
  })
  readonly parent: number | null;
  @Field({
    description:
      'ingest, train, encode, index, publish, reencode, renormalise, calibrate, abundances, groups, import groups, projections, systematics or demo.',
  })
  readonly kind: string;
  @Field(() => String, { nullable: true, description: 'Name of the release it is about.' })
  readonly release: string | null;
  @Field(() => String, { nullable: true, description: 'Name of the model it is about, or that it made.' })
  readonly model: string | null;
  @Field(() => RunState, { description: 'Where it stands.' })
  readonly state: RunState;
  @Field(() => RunProgress, {
    nullable: true,
    description:
      'How far it is, or was at its end; null while nothing is known. In numbers to tokens of scope operate, in per cent to others: a staged revision shows nothing before its time.',
  })
  readonly progress: RunProgress | null;
  @Field(() => GraphQLJSONObject, { description: 'Versions of the programs that did it: starkin, continuum.' })
  readonly versions: Readonly<Record<string, string | number>>;
  @Field(() => GraphQLJSONObject, {
    description: 'SHA-256 of what went in: all spectra of the release, the model, the files read.',
  })
  readonly checksums: Readonly<Record<string, string>>;
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'What it was asked for, with paths; to tokens of scope operate, null to others.',
  })
  readonly input: Readonly<Record<string, unknown>> | null;
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'What it did, in numbers; to tokens of scope operate, null to others and before its end.',
  })
  readonly counts: Readonly<Record<string, unknown>> | null;
  @Field(() => String, { nullable: true, description: 'Why it failed; to tokens of scope operate, null to others.' })
  readonly error: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'host:process that did it; to tokens of scope operate, null to others.',
  })
  readonly worker: string | null;
  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: 'When it was put into the queue; null for one that never was.',
  })
  readonly queuedAt: Date | null;
  @Field(() => GraphQLISODateTime, { description: 'When it was first taken up, or put into the queue while it waits.' })
  readonly startedAt: Date;
  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When it ended; null while it has not.' })
  readonly endedAt: Date | null;

  /** @param operate whether numbers, paths, hosts and messages may be seen */
  constructor(run: StoredRun, operate: boolean) {
    this.number = operate ? run.id : null;
    this.parent = operate ? run.parentId : null;
    this.kind = run.kind;
    this.release = textOf(run.input.release);
    this.model = textOf(run.input.model) ?? textOf(run.counts?.model);
    this.state = run.state as `${RunState}` as RunState;
    this.progress = operate ? run.progress : inPerCent(run.progress);
    this.versions = run.versions;
    this.checksums = run.checksums;
    this.input = operate ? run.input : null;
    this.counts = operate ? run.counts : null;
    this.error = operate ? run.error : null;
    this.worker = operate ? run.worker : null;
    this.queuedAt = run.queuedAt;
    this.startedAt = run.startedAt;
    this.endedAt = run.endedAt;
  }
}

@ObjectType({ description: 'A run in a list.' })
export class RunEdge {
  @Field({ description: 'Opaque place in the list, for `after`.' })
  readonly cursor!: string;
  @Field(() => Run, { description: 'The run.' })
  readonly node!: Run;
}

@ObjectType({ description: 'A page of runs.' })
export class RunConnection {
  @Field(() => [RunEdge], { description: 'The runs of this page.' })
  readonly edges!: readonly RunEdge[];
  @Field(() => PageInfo, { description: 'Where the page stands.' })
  readonly pageInfo!: PageInfo;
}

/** Without the numbers of spectra, which may be staged. */
function inPerCent(progress: StoredRun['progress']): RunProgress | null {
  if (!progress) return null;
  const { stage, done, total } = progress;
  return {
    stage,
    done: total > 0 ? Math.floor((100 * done) / total) : 0,
    total: total > 0 ? 100 : 0,
    unit: '%',
    rate: null,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
