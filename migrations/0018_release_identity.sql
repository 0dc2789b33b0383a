-- A draft that is thrown away leaves its name free. What named it by that name must not mean the next release of the name, which may be another team's: tokens,
-- models and runs know releases by their numbers, which are never given again.

alter table api_token add column release_ids integer[] not null default '{}';
comment on column api_token.release_ids is 'The releases that its scopes read:NAME meant when it was made.';
update api_token t set release_ids = array(
  select r.id from data_release r where 'read:' || r.name = any(t.scopes) and r.created_at <= t.created_at order by r.id);

alter table model add column trained_on_id integer references data_release on delete set null;
comment on column model.trained_on is 'Name that the release had which it was trained on.';
comment on column model.trained_on_id is 'That release; null where it was thrown away.';
update model m set trained_on_id = r.id from data_release r where r.name = m.trained_on and r.created_at <= m.created_at;

alter table run add column release_gone boolean not null default false;
comment on column run.release_gone is 'It was about a release that was thrown away since: another one of that name has nothing to do with it.';
update run set release_gone = true
  where ended_at is not null and exists (
    select 1 from (values (input->>'release'), (input->>'into')) as about(name)
    where about.name is not null and not exists (
      select 1 from data_release r where r.name = about.name and r.created_at <= run.ended_at));
