import { renewGroups } from './findGroups.js';
import { renewProjections } from './project.js';
import { renewSystematics } from './systematics.js';
import type { TaskCourse, Workplace } from './task.js';

/** Makes what is computed of all published stars together anew, as far as the settings ask: after every change of what is served. */
export async function renewAnalyses(place: Workplace, model: string, course: TaskCourse): Promise<void> {
  await renewProjections(place, model, course);
  await renewGroups(place, model, course);
  await renewSystematics(place, model, course);
}
