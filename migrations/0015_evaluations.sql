-- What evaluations measured of models, kept beside the model that they are about.
--
-- An evaluation on a release tells of its stars, one on a file of the file alone; either tells of the release that the model was trained on. It is shown to
-- those alone who see all of that.

create table evaluation (
  id integer generated always as identity primary key,
  model_id text collate "C" not null references model on delete cascade,
  set_name text not null,
  set_key text collate "C" not null,
  release_id integer references data_release,
  revision integer,
  spectra integer not null check (spectra > 0),
  pairs integer not null check (pairs > 0),
  simulated boolean not null,
  noiseless boolean not null,
  parts text[] not null,
  queries integer check (queries > 0),
  seed bigint not null,
  results jsonb not null,
  evaluated_at timestamptz not null default now(),
  check ((release_id is null) = (revision is null)),
  check (release_id is not null or simulated)
);
create index evaluation_model on evaluation (model_id, evaluated_at desc);
comment on table evaluation is 'What was measured of a model on a set of spectra with known twins. Files of observed spectra are never told of: whose they are is not known.';
comment on column evaluation.set_name is 'Name of the release, or of the file without its folders.';
comment on column evaluation.set_key is 'Changes when the spectra of the set do.';
comment on column evaluation.revision is 'Greatest revision of its spectra and parameters: visible when the release is published and its revision is at least this.';
comment on column evaluation.parts is 'What was measured: recovery, bound, abundances, recasting, faults.';
comment on column evaluation.queries is 'Stars whose twins were looked for; null: all that have one.';
comment on column evaluation.results is 'Recovery of twins by signal to noise, recasting, coverage of the errors of abundances, faults; shares from 0 to 1.';
