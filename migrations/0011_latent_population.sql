-- How the searched vectors of a release lie under a model: what unrelated stars are expected where.

create table latent_population (
  model_id text collate "C" not null references model on delete cascade,
  release_id integer not null references data_release,
  revision integer not null,
  stars integer not null,
  mean double precision[] not null,
  axes double precision[] not null,
  variances double precision[] not null,
  primary key (model_id, release_id, revision)
);
comment on table latent_population is 'Mean and principal axes of the searched vectors of combined spectra: a normal distribution that the rate of false twins is taken from.';
comment on column latent_population.revision is 'The greatest of the spectra: visible when the release is published and its revision is at least this.';
comment on column latent_population.stars is 'How many it was made of: all, or a sample.';
comment on column latent_population.axes is 'Unit vectors along the principal axes, one after the other.';
comment on column latent_population.variances is 'Of the vectors along each axis.';
