-- Who may ask, and what was done.

create table api_token (
  id integer generated always as identity primary key,
  name text not null unique,
  sha256 text collate "C" not null unique,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  used_at timestamptz
);
comment on table api_token is 'Tokens by their SHA-256; the token itself is shown once and never stored.';

create table run (
  id integer generated always as identity primary key,
  kind text not null,
  input jsonb not null,
  state text not null default 'running' check (state in ('running', 'done', 'partial', 'failed', 'stopped')),
  counts jsonb,
  error text,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'running') = (ended_at is null))
);
comment on table run is 'What ran, from what, and how it ended.';
comment on column run.state is 'partial: some input failed and the rest is stored; stopped: ended from outside, to be run again.';
