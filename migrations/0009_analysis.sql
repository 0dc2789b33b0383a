-- What is computed of all stars together: two projections of latent space, and the groups in it.
--
-- Such a product tells of every star that went into it, so it is shown to those alone who see all the releases that it was made from, in revisions at least
-- as late as those.

create table analysis (
  id integer generated always as identity primary key,
  model_id text collate "C" not null references model on delete cascade,
  method text not null check (method in ('pca', 'umap', 'kmeans', 'hdbscan')),
  settings jsonb not null,
  release_ids integer[] not null,
  revisions integer[] not null,
  checksum text collate "C" not null,
  stars integer not null check (stars > 0),
  results jsonb not null,
  created_at timestamptz not null default now(),
  unique (model_id, method, checksum),
  check (cardinality(release_ids) > 0 and cardinality(release_ids) = cardinality(revisions))
);
comment on table analysis is 'A projection or a search for groups over the searched vectors of the combined spectra of releases under a model.';
comment on column analysis.release_ids is 'The releases that it was made from.';
comment on column analysis.revisions is 'Of each of them the revision that was seen.';
comment on column analysis.checksum is 'SHA-256 of the method, its settings, the stars and their vectors: the same input is not computed twice.';
comment on column analysis.results is 'Figures of the whole: the share of the variance that a projection shows, the null that groups were held against.';

create table projection_point (
  analysis_id integer not null references analysis on delete cascade,
  star_id text collate "C" not null references star on delete cascade,
  x real not null,
  y real not null,
  primary key (analysis_id, star_id)
);
comment on table projection_point is 'Where a projection puts each star.';

-- Groups that were found belong to the analysis that found them, all others to the release whose stars they hold.
alter table sibling_group alter column release_id drop not null;
alter table sibling_group
  add column analysis_id integer references analysis on delete cascade,
  add column centre vector,
  add column spread double precision check (spread >= 0),
  add column score double precision,
  add column significance double precision check (significance >= 0),
  add column false_positive_rate double precision check (false_positive_rate between 0 and 1),
  add constraint sibling_group_found unique (analysis_id, name),
  add constraint sibling_group_origin check ((kind = 'found') = (analysis_id is not null) and (release_id is null) = (analysis_id is not null));
comment on column sibling_group.centre is 'Mean searched vector of the members of a group that was found.';
comment on column sibling_group.spread is 'Root mean square distance of the members from the centre.';
comment on column sibling_group.score is 'The finder''s own figure by which its groups are compared, larger for stronger ones.';
comment on column sibling_group.significance is 'Groups at least as strong that the same finder finds, on average, among shuffled stars.';
comment on column sibling_group.false_positive_rate is 'Share of the groups at least as strong that are expected to be chance.';
alter table sibling_group_member add column revision integer not null default 0;
comment on column sibling_group_member.revision is 'Visible when the release is published and its revision is at least this, and the group''s.';
