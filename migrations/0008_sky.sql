-- Where stars are on the unit sphere, so that a cone is a box in x, y and z: nothing special at the poles or where right ascension wraps.
-- Angles below 1e-30 degrees count as 0: Postgres refuses a product that underflows.

alter table star_position
  add column x double precision generated always as (cosd(dec) * cosd(ra)) stored,
  add column y double precision generated always as (cosd(dec) * case when ra < 1e-30 then 0 else sind(ra) end) stored,
  add column z double precision generated always as (case when abs(dec) < 1e-30 then 0 else sind(dec) end) stored;
comment on column star_position.x is 'Of the unit vector to the star, ICRS: towards right ascension 0, declination 0.';
comment on column star_position.y is 'Of the unit vector: towards right ascension 90 degrees, declination 0.';
comment on column star_position.z is 'Of the unit vector: towards the north pole.';
-- A band in z is read, and what of it lies outside the box is left out within the index.
create index star_position_sky on star_position (z, x, y);
