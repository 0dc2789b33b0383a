-- Runs that wait in a queue, that tell how far they are, and that several processes share.

alter table run drop constraint run_state_check;
alter table run drop constraint run_check;
alter table run
  add column parent_id integer references run on delete cascade,
  add column job text collate "C" unique,
  add column versions jsonb not null default '{}',
  add column checksums jsonb not null default '{}',
  add column progress jsonb,
  add column worker text,
  add column queued_at timestamptz,
  add column heartbeat_at timestamptz,
  add constraint run_state check (state in ('queued', 'running', 'done', 'partial', 'failed', 'stopped', 'lost')),
  add constraint run_open check ((state in ('queued', 'running')) = (ended_at is null));
create index run_unended on run (state) where ended_at is null;
create index run_parent on run (parent_id);
comment on column run.state is
  'partial: some input failed and the rest is stored; stopped: ended from outside, to be run again; lost: its process was not heard of any more.';
comment on column run.parent_id is 'The run that this one is a step of.';
comment on column run.job is 'The job of the queue that made it, for one that a schedule made.';
comment on column run.versions is 'Of Starkin and of the continuum.';
comment on column run.checksums is 'SHA-256 of what went in: of all spectra, of the model.';
comment on column run.progress is 'stage, done, total, unit and rate per second, at most a second old while it runs.';
comment on column run.worker is 'host:process that works or worked at it.';

create table run_part (
  run_id integer not null references run on delete cascade,
  part integer not null check (part >= 0),
  kind text not null,
  task jsonb not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  done integer not null default 0,
  total integer not null,
  counts jsonb,
  error text,
  worker text,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (run_id, part)
);
comment on table run_part is 'The jobs that a run is split into: ids, paths and ranges of keys, never their content.';
comment on column run_part.done is 'Of total, in the unit of the run.';

create table source_file (
  release_id integer not null references data_release,
  path text collate "C" not null,
  size bigint not null,
  modified_at timestamptz not null,
  sha256 text collate "C" not null,
  read_at timestamptz not null default now(),
  primary key (release_id, path)
);
comment on table source_file is 'Files of watched folders as they were when they were last read: what differs is read again.';
