-- Surveys, releases, stars and what is known of them.
--
-- Identifiers are text in the collation "C": byte order, the same on every server and in JavaScript, so that keyset cursors agree;
-- a 64-bit identifier never passes through a number. Every key of a table that holds rows per star contains the star's id, so that such
-- tables can be distributed by star. Nothing here names a role: the owner of the schema migrates, and grants are made by whoever deploys.

create extension if not exists vector;

create table survey (
  name text collate "C" primary key check (name ~ '^[a-z0-9][a-z0-9._-]*$'),
  simulated boolean not null,
  created_at timestamptz not null default now()
);
comment on table survey is 'Where stars come from; its name is the part of a star id before the colon.';

create table data_release (
  id integer generated always as identity primary key,
  name text collate "C" not null unique check (name <> ''),
  state text not null default 'draft' check (state in ('draft', 'published', 'withdrawn')),
  simulated boolean not null,
  revision integer not null default 0 check (revision >= 0),
  created_at timestamptz not null default now(),
  published_at timestamptz,
  revised_at timestamptz,
  check (state = 'draft' or published_at is not null)
);
comment on table data_release is 'A named set of spectra; only published ones are served.';
comment on column data_release.revision is 'Rows of this release with a greater revision are staged: visible from the next publish on.';
comment on column data_release.published_at is 'First publication; the release published last is the newest.';
comment on column data_release.revised_at is 'Latest publication.';

create table wavelength_grid (
  id integer generated always as identity primary key,
  pixels integer not null check (pixels > 1),
  wavelength bytea not null,
  chips jsonb not null,
  sha256 text collate "C" not null unique,
  created_at timestamptz not null default now()
);
comment on column wavelength_grid.wavelength is 'Vacuum wavelength per pixel, Å, little-endian float64.';
comment on column wavelength_grid.chips is 'Half-open pixel ranges [{"start": 0, "end": 10}] that a detector recorded.';

create table star (
  id text collate "C" primary key,
  survey text collate "C" not null references survey,
  name text collate "C" not null check (name <> ''),
  ra double precision check (ra >= 0 and ra < 360),
  dec double precision check (dec between -90 and 90),
  created_at timestamptz not null default now(),
  check (id = survey || ':' || name)
);
create index star_name on star (name);
comment on column star.name is 'Identifier exactly as the survey gives it.';
comment on column star.ra is 'Right ascension, degrees, ICRS.';
comment on column star.dec is 'Declination, degrees, ICRS.';

create table star_alias (
  star_id text collate "C" not null references star on delete cascade,
  catalogue text collate "C" not null,
  alias text collate "C" not null,
  primary key (star_id, catalogue)
);
create index star_alias_alias on star_alias (alias);
comment on table star_alias is 'Identifiers of the same star in other catalogues.';

create table star_parameters (
  star_id text collate "C" not null references star on delete cascade,
  release_id integer not null references data_release,
  revision integer not null,
  teff double precision,
  logg double precision,
  feh double precision,
  teff_error double precision,
  logg_error double precision,
  feh_error double precision,
  source text not null,
  primary key (star_id, release_id)
);
create index star_parameters_release on star_parameters (release_id);
comment on table star_parameters is 'Physical parameters of a star in one release. Errors are 1 sigma; null: taken as exact.';
comment on column star_parameters.teff is 'Effective temperature, K.';
comment on column star_parameters.logg is 'log10 of surface gravity, cgs, dex.';
comment on column star_parameters.feh is '[Fe/H], dex relative to the Sun.';
comment on column star_parameters.source is 'catalogue, radial-velocity template or simulation.';

create table sibling_group (
  id integer generated always as identity primary key,
  release_id integer not null references data_release,
  kind text not null check (kind in ('truth', 'cluster', 'binary', 'found')),
  name text collate "C" not null,
  created_at timestamptz not null default now(),
  unique (release_id, kind, name)
);
comment on table sibling_group is 'Stars born together: known to a simulation (truth, two twins), from the literature, or found here.';

create table sibling_group_member (
  group_id integer not null references sibling_group on delete cascade,
  star_id text collate "C" not null references star on delete cascade,
  primary key (group_id, star_id)
);
create index sibling_group_member_star on sibling_group_member (star_id);
