-- Normalised spectra. Flux, ivar and mask are encoded by the application (src/storage/spectrumEncoding.ts) and compressed there:
-- EXTERNAL keeps Postgres from trying again, and lets it fetch them out of line only when they are asked for.

create table spectrum (
  star_id text collate "C" not null references star on delete cascade,
  release_id integer not null references data_release,
  visit integer not null check (visit >= 0),
  revision integer not null,
  grid_id integer not null references wavelength_grid,
  flux bytea not null,
  ivar bytea not null,
  mask bytea not null,
  snr double precision,
  good_pixels integer not null,
  overflow_pixels integer not null default 0,
  continuum_method text not null,
  continuum_version integer not null,
  continuum_coefficients jsonb not null,
  checksum text collate "C" not null,
  source text not null,
  properties jsonb not null,
  stored_at timestamptz not null default now(),
  primary key (star_id, release_id, visit)
);
alter table spectrum
  alter column flux set storage external,
  alter column ivar set storage external,
  alter column mask set storage external;
create index spectrum_release on spectrum (release_id, star_id, visit);
comment on table spectrum is 'Continuum-normalised spectra, immutable once stored.';
comment on column spectrum.visit is '0: the combined spectrum; n: the n-th visit of the survey.';
comment on column spectrum.revision is 'Visible when the release is published and its revision is at least this.';
comment on column spectrum.flux is 'Flux relative to the continuum, in steps of a tenth of its own sigma; encoded.';
comment on column spectrum.ivar is 'Inverse variance of that flux; 0 where flagged; encoded.';
comment on column spectrum.mask is 'The survey''s own bits per pixel; run lengths.';
comment on column spectrum.snr is 'Signal to noise per pixel, as the survey states it.';
comment on column spectrum.good_pixels is 'Pixels with ivar above 0.';
comment on column spectrum.overflow_pixels is 'Pixels whose flux the encoding cannot hold; flagged.';
comment on column spectrum.continuum_coefficients is 'Chebyshev coefficients per chip, lowest order first.';
comment on column spectrum.checksum is 'SHA-256 of the source''s content, hexadecimal.';
