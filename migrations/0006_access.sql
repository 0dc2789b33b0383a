-- Who may see what. Whatever is known of a star is tied to the release and revision that told it, so that a draft or a staged revision shows
-- nothing before its time.

alter table data_release add column proprietary boolean not null default false;
comment on column data_release.proprietary is 'Seen, even when published, by those alone whose token names it.';

-- Until now an alias or a position belonged to the star alone: it is taken for known to every release that holds the star, since the
-- first of its spectra there.
alter table star_alias drop constraint star_alias_pkey;
alter table star_alias
  add column release_id integer references data_release,
  add column revision integer;
insert into star_alias (star_id, release_id, revision, catalogue, alias)
  select a.star_id, s.release_id, min(s.revision), a.catalogue, a.alias
  from star_alias a join spectrum s on s.star_id = a.star_id
  group by a.star_id, s.release_id, a.catalogue, a.alias;
delete from star_alias where release_id is null;
alter table star_alias
  alter column release_id set not null,
  alter column revision set not null,
  add primary key (star_id, release_id, catalogue);
comment on table star_alias is 'Identifiers of the same star in other catalogues, as a release tells them.';

create table star_position (
  star_id text collate "C" not null references star on delete cascade,
  release_id integer not null references data_release,
  revision integer not null,
  ra double precision check (ra >= 0 and ra < 360),
  dec double precision check (dec between -90 and 90),
  primary key (star_id, release_id)
);
comment on table star_position is 'Where a star is, as a release tells it.';
comment on column star_position.ra is 'Right ascension, degrees, ICRS.';
comment on column star_position.dec is 'Declination, degrees, ICRS.';
insert into star_position (star_id, release_id, revision, ra, dec)
  select star.id, s.release_id, min(s.revision), star.ra, star.dec
  from star join spectrum s on s.star_id = star.id
  where star.ra is not null or star.dec is not null
  group by star.id, s.release_id;
alter table star drop column ra, drop column dec;

alter table abundance add column revision integer not null default 0;
update abundance a set revision = s.revision
  from spectrum s where s.star_id = a.star_id and s.release_id = a.release_id and s.visit = 0;
comment on column abundance.revision is 'Visible when the release is published and its revision is at least this.';
alter table sibling_group add column revision integer not null default 0;
comment on column sibling_group.revision is 'Visible when the release is published and its revision is at least this.';

alter table model add column served_at timestamptz;
update model set served_at = now()
  where id in (select model_id from served_model union all select former_model_id from served_model);
comment on column model.served_at is
  'When it first answered. From then on it is public; before, it is seen by those who see the release that it was trained on.';

-- The role that the API connects with may write nothing; the time of a token's last use is noted through this.
create function note_token_use(token integer) returns void language sql security definer
  as 'update api_token set used_at = now() where id = token and (used_at is null or used_at < now() - interval ''1 minute'')';
do $$ begin
  execute format('alter function note_token_use(integer) set search_path = %I, pg_temp', current_schema());
end $$;
revoke execute on function note_token_use(integer) from public;
