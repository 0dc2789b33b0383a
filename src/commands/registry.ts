import { abundancesTrainCommand } from './abundances.js';
import { calibrateCommand } from './calibrate.js';
import type { Command } from './command.js';
import { configCommand } from './config.js';
import { demoCommand } from './demo.js';
import { encodeCommand } from './encode.js';
import { evaluateCommand } from './evaluate.js';
import { exportCommand } from './export.js';
import { groupsFindCommand, groupsImportCommand, groupsListCommand } from './groups.js';
import { ingestCommand } from './ingest.js';
import { migrateCommand } from './migrate.js';
import { projectionsCommand } from './projections.js';
import { promoteCommand } from './promote.js';
import { reencodeCommand } from './reencode.js';
import {
  releaseListCommand,
  releasePublishCommand,
  releaseRollbackCommand,
  releaseWithdrawCommand,
} from './release.js';
import { releaseDiscardCommand } from './releaseDiscard.js';
import { renormaliseCommand } from './renormalise.js';
import { simulateCommand } from './simulate.js';
import { statusCommand } from './status.js';
import { systematicsCommand } from './systematics.js';
import { tokenCreateCommand, tokenListCommand, tokenRevokeCommand } from './token.js';
import { trainCommand } from './train.js';
import { workerCommand } from './worker.js';

/** Every command but `serve`, which owns the archive instead of working in it. */
export const commands: readonly Command[] = [
  statusCommand,
  simulateCommand,
  ingestCommand,
  trainCommand,
  encodeCommand,
  calibrateCommand,
  abundancesTrainCommand,
  evaluateCommand,
  projectionsCommand,
  systematicsCommand,
  exportCommand,
  groupsFindCommand,
  groupsImportCommand,
  groupsListCommand,
  promoteCommand,
  releasePublishCommand,
  releaseRollbackCommand,
  releaseDiscardCommand,
  releaseWithdrawCommand,
  releaseListCommand,
  tokenCreateCommand,
  tokenListCommand,
  tokenRevokeCommand,
  reencodeCommand,
  renormaliseCommand,
  workerCommand,
  demoCommand,
  migrateCommand,
  configCommand,
] as readonly Command[];
