-- Estimators of abundances from latents, and what they make of the stars.

create table abundance_estimator (
  id text collate "C" primary key check (id ~ '^[a-z0-9][a-z0-9._-]*$' and length(id) <= 50),
  model_id text collate "C" not null references model on delete cascade,
  method text not null,
  reference text not null check (reference in ('truth', 'labels', 'parameters')),
  release_id integer not null references data_release,
  revision integer not null,
  elements text[] not null,
  figures jsonb not null,
  differential jsonb not null,
  config jsonb not null,
  fingerprint text collate "C" not null unique,
  checksum text collate "C" not null,
  artefact_bytes bigint not null,
  created_at timestamptz not null default now()
);
create index abundance_estimator_model on abundance_estimator (model_id, method);
comment on table abundance_estimator is 'From a model''s latents to abundances: immutable, one for each reference set, method and seed.';
comment on column abundance_estimator.reference is
  'What it learnt from: abundances of method truth, a file of labels, or [Fe/H] of the release''s parameters.';
comment on column abundance_estimator.release_id is 'The release whose stars it learnt from: it answers those alone who see that release.';
comment on column abundance_estimator.revision is 'Greatest revision of these stars: visible when the release is published and its revision is at least this.';
comment on column abundance_estimator.elements is 'Species, in the order of the arrays of its estimates.';
comment on column abundance_estimator.figures is 'Of each species: what was measured on held-out stars, and from which signal to noise on its own lines tell something.';
comment on column abundance_estimator.differential is 'What the errors of differences between two stars are made of.';
comment on column abundance_estimator.fingerprint is 'SHA-256 of all that it is made from: the same again is not made twice.';

create table abundance_estimator_artefact (
  estimator_id text collate "C" not null references abundance_estimator on delete cascade,
  part integer not null check (part >= 0),
  content bytea not null check (length(content) <= 8388608),
  sha256 text collate "C" not null,
  primary key (estimator_id, part)
);
alter table abundance_estimator_artefact alter column content set storage external;
comment on table abundance_estimator_artefact is 'An estimator''s bytes in parts of at most 8 MiB.';

-- A row a star, not a row a species: 4 numbers for each of 18 species are 450 bytes, where rows of `abundance` take 2 kB.
create table abundance_estimate (
  star_id text collate "C" not null references star on delete cascade,
  release_id integer not null references data_release,
  estimator_id text collate "C" not null references abundance_estimator on delete cascade,
  revision integer not null,
  value real[] not null,
  sigma real[] not null,
  half95 real[] not null,
  noise real[] not null,
  reason text[] not null,
  primary key (star_id, release_id, estimator_id)
);
create index abundance_estimate_estimator on abundance_estimate (estimator_id, release_id);
comment on table abundance_estimate is 'What estimators make of the latents of combined spectra; species in the order of the estimator''s.';
comment on column abundance_estimate.revision is 'That of the spectrum.';
comment on column abundance_estimate.value is '[Fe/H] for Fe, [X/Fe] for the others, dex.';
comment on column abundance_estimate.sigma is 'Half-width of the interval that holds the truth with 68.3 % probability, dex.';
comment on column abundance_estimate.half95 is 'Half-width of the interval that holds it with 95 % probability, dex.';
comment on column abundance_estimate.noise is 'The part of the error that is the star''s own: from the covariance of its latent, dex.';
comment on column abundance_estimate.reason is 'Why the value cannot be relied upon, as a code; null where it can.';
