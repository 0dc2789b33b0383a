-- What is published for all, as tables for services that query the database themselves, such as a TAP server. A row for each star and release: conditions on
-- either reach the indexes. Whoever may read these views sees nothing of drafts, staged revisions and proprietary releases, not even by the
-- error of an expression on a hidden row (security_barrier).

create view published_star with (security_barrier) as
  select s.star_id, star.survey, star.name, r.name as release, r.simulated, place.ra, place.dec,
    p.teff, p.teff_error, p.logg, p.logg_error, p.feh, p.feh_error, p.source as parameter_source, s.snr, s.good_pixels
  from data_release r
  join spectrum s on s.release_id = r.id and s.visit = 0 and s.revision <= r.revision
  join star on star.id = s.star_id
  left join star_position place on place.star_id = s.star_id and place.release_id = r.id and place.revision <= r.revision
  left join star_parameters p on p.star_id = s.star_id and p.release_id = r.id and p.revision <= r.revision
  where r.state = 'published' and not r.proprietary;
comment on view published_star is 'Stars of the published releases: a row for each star and release.';

create view published_alias with (security_barrier) as
  select a.star_id, r.name as release, a.catalogue, a.alias
  from data_release r
  join star_alias a on a.release_id = r.id and a.revision <= r.revision
  where r.state = 'published' and not r.proprietary;
comment on view published_alias is 'Identifiers of these stars in other catalogues.';

create view published_latent with (security_barrier) as
  select l.star_id, r.name as release, l.model_id, l.extrapolated, l.searched::real[] as searched
  from data_release r
  join latent l on l.release_id = r.id and l.visit = 0 and l.revision <= r.revision
  join model m on m.id = l.model_id
  where r.state = 'published' and not r.proprietary and m.served_at is not null and l.searched is not null;
comment on view published_latent is 'Searched vectors of their combined spectra, under models that have been served.';

create view published_abundance with (security_barrier) as
  select a.star_id, r.name as release, e.model_id, a.estimator_id, species.element, species.value, species.sigma, species.half95,
    species.reason is null as reliable
  from data_release r
  join abundance_estimate a on a.release_id = r.id and a.revision <= r.revision
  join abundance_estimator e on e.id = a.estimator_id
  join model m on m.id = e.model_id
  join data_release learnt on learnt.id = e.release_id and e.revision <= learnt.revision
  cross join lateral unnest(e.elements, a.value, a.sigma, a.half95, a.reason) as species(element, value, sigma, half95, reason)
  where r.state = 'published' and not r.proprietary and m.served_at is not null
    and learnt.state = 'published' and not learnt.proprietary;
comment on view published_abundance is 'Abundances of these stars: a row for each species and estimator.';
