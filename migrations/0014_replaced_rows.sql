-- Spectra that come again with other content. The former one and its successor stand side by side, each seen in its own revisions of the release: from
-- `revision` to before `until`. So publishing stays one update of data_release, a request that began before it finds what it saw first, and the way back is one update too.
-- 2147483647 is the `until` of a row that nothing replaces.

alter table data_release add column latest integer not null default 0;
update data_release set latest = revision;
alter table data_release add check (latest >= revision);
comment on column data_release.latest is 'Greatest revision that was ever published: rows up to it never change. Above `revision` after a way back.';
comment on column data_release.revision is 'What is seen of this release: rows with a greater revision are staged, visible from the next publication on.';

alter table spectrum add column until integer not null default 2147483647;
alter table spectrum drop constraint spectrum_pkey;
alter table spectrum add primary key (star_id, release_id, visit, revision), add check (until > revision);
create index spectrum_replaced on spectrum (release_id, until) where until < 2147483647;
comment on column spectrum.revision is 'Visible when the release is published and its revision is at least this, and less than until.';
comment on column spectrum.until is 'The revision of what stands in its place, or from which on it is gone.';

alter table star_parameters add column until integer not null default 2147483647;
alter table star_parameters drop constraint star_parameters_pkey;
alter table star_parameters add primary key (star_id, release_id, revision), add check (until > revision);
comment on column star_parameters.until is 'The revision of what stands in its place: parameters change with the combined spectrum alone.';

-- Both are those of the spectrum, so that no query needs to look there.
alter table latent add column until integer not null default 2147483647;
alter table latent drop constraint latent_pkey;
alter table latent add primary key (star_id, release_id, visit, model_id, revision), add check (until > revision);
comment on column latent.until is 'That of the spectrum.';

alter table abundance_estimate add column until integer not null default 2147483647;
alter table abundance_estimate drop constraint abundance_estimate_pkey;
alter table abundance_estimate add primary key (star_id, release_id, estimator_id, revision), add check (until > revision);
comment on column abundance_estimate.until is 'That of the spectrum.';

create or replace view published_star with (security_barrier) as
  select s.star_id, star.survey, star.name, r.name as release, r.simulated, place.ra, place.dec,
    p.teff, p.teff_error, p.logg, p.logg_error, p.feh, p.feh_error, p.source as parameter_source, s.snr, s.good_pixels
  from data_release r
  join spectrum s on s.release_id = r.id and s.visit = 0 and s.revision <= r.revision and s.until > r.revision
  join star on star.id = s.star_id
  left join star_position place on place.star_id = s.star_id and place.release_id = r.id and place.revision <= r.revision
  left join star_parameters p on p.star_id = s.star_id and p.release_id = r.id and p.revision <= r.revision and p.until > r.revision
  where r.state = 'published' and not r.proprietary;

create or replace view published_latent with (security_barrier) as
  select l.star_id, r.name as release, l.model_id, l.extrapolated, l.searched::real[] as searched
  from data_release r
  join latent l on l.release_id = r.id and l.visit = 0 and l.revision <= r.revision and l.until > r.revision
  join model m on m.id = l.model_id
  where r.state = 'published' and not r.proprietary and m.served_at is not null and l.searched is not null;

create or replace view published_abundance with (security_barrier) as
  select a.star_id, r.name as release, e.model_id, a.estimator_id, species.element, species.value, species.sigma, species.half95,
    species.reason is null as reliable
  from data_release r
  join abundance_estimate a on a.release_id = r.id and a.revision <= r.revision and a.until > r.revision
  join abundance_estimator e on e.id = a.estimator_id
  join model m on m.id = e.model_id
  join data_release learnt on learnt.id = e.release_id and e.revision <= learnt.revision
  cross join lateral unnest(e.elements, a.value, a.sigma, a.half95, a.reason) as species(element, value, sigma, half95, reason)
  where r.state = 'published' and not r.proprietary and m.served_at is not null
    and learnt.state = 'published' and not learnt.proprietary;
