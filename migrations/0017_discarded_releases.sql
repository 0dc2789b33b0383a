-- What is staged of a release can be thrown away. It goes in pieces, so that readers are never kept waiting for long; until the last of them is gone nobody may
-- publish the rest, or add to it.

alter table data_release add column discarding boolean not null default false;
comment on column data_release.discarding is 'What is staged of it, of a draft all, is being thrown away: to be finished by whoever began, or by the same command again.';

-- A star that nothing is left of is deleted, and with it its points: one look at all points for each star would take hours.
create index projection_point_star on projection_point (star_id);
