-- Trained models, which of them is served, and what they make of the spectra.

create table model (
  id text collate "C" primary key check (id ~ '^[a-z0-9][a-z0-9._-]*$' and length(id) <= 50),
  method text not null,
  preset text not null,
  parameters text[] not null,
  grid_id integer not null references wavelength_grid,
  trained_on text not null,
  simulated boolean not null,
  config jsonb not null,
  metrics jsonb not null,
  history jsonb not null,
  checksum text collate "C" not null,
  artefact_bytes bigint not null,
  created_at timestamptz not null default now()
);
comment on table model is 'Model versions: immutable. The seed and all other settings stand in config.';
comment on column model.parameters is 'What the model removes, in its order: teff, logg, feh.';
comment on column model.trained_on is 'Name of the release it was trained on.';
comment on column model.simulated is 'Whether that release was simulated.';
comment on column model.checksum is 'SHA-256 of the whole artefact, hexadecimal; the id ends in its first 8 digits.';

create table model_artefact (
  model_id text collate "C" not null references model on delete cascade,
  part integer not null check (part >= 0),
  content bytea not null check (length(content) <= 8388608),
  sha256 text collate "C" not null,
  primary key (model_id, part)
);
alter table model_artefact alter column content set storage external;
comment on table model_artefact is 'A model''s bytes in parts of at most 8 MiB: a model of 392 MB never is one value.';

create table served_model (
  singleton boolean primary key default true check (singleton),
  model_id text collate "C" not null references model,
  former_model_id text collate "C" references model,
  since timestamptz not null default now()
);
comment on table served_model is 'One row: the model that answers, and the one that answered before it.';

-- A partition per model, made by the task that encodes under it. `vector` has no length here: the length is the model's own.
create table latent (
  model_id text collate "C" not null,
  star_id text collate "C" not null,
  release_id integer not null,
  visit integer not null,
  revision integer not null,
  z vector,
  searched vector,
  extrapolated boolean not null,
  reason text,
  residual vector,
  information bytea,
  information_vector vector,
  refined real[],
  refined_covariance real[],
  primary key (star_id, release_id, visit, model_id),
  check ((z is null) = (searched is null)),
  check (z is not null or reason is not null)
) partition by list (model_id);
comment on table latent is 'Latents of spectra under a model; a row without z says why there is none.';
comment on column latent.revision is 'That of the spectrum.';
comment on column latent.z is 'The encoder''s z: what the decoder takes.';
comment on column latent.searched is 'Whitened residual latent: plain L2 distance between these is the distance of twins.';
comment on column latent.extrapolated is 'The parameters lay outside the training range and were clamped.';
comment on column latent.residual is 'Maximum a posteriori residual latent r̂.';
comment on column latent.information is 'Information L of r: lower triangle by rows, little-endian float32 (210 for 20 dimensions).';
comment on column latent.information_vector is 'e = (L + S⁻¹) r̂.';
comment on column latent.refined is 'Physical parameters fitted together with r, in the model''s order and in K, dex, dex.';
comment on column latent.refined_covariance is 'Their covariance: lower triangle by rows.';

create table abundance (
  star_id text collate "C" not null references star on delete cascade,
  release_id integer not null references data_release,
  method text not null,
  model_id text collate "C" references model,
  element text not null,
  value double precision not null,
  sigma double precision,
  reliable boolean not null default true,
  unique nulls not distinct (star_id, release_id, method, model_id, element)
);
comment on table abundance is 'Abundances by method; method truth is what a simulation knows, and training never reads it.';
comment on column abundance.value is '[Fe/H] for Fe, [X/Fe] for the others, dex.';
comment on column abundance.sigma is '1 sigma, dex; null: exact.';
