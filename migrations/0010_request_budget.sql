-- What clients have spent of their budget in this minute, shared by all replicas of the API. Nothing is lost with it: hence no write-ahead log.

create unlogged table request_budget (
  payer text primary key,
  spent bigint not null,
  ends timestamptz not null
);
comment on table request_budget is 'Cost that an address or a token has spent since its minute began, told by the replicas once a second.';
comment on column request_budget.payer is 'address:… (of IPv6 the /64) or token:name';
comment on column request_budget.ends is 'When its minute ends, and with it what was spent.';

-- The role that the API connects with may write nothing but through this.
create function settle_request_budget(payers text[], points bigint[]) returns table (payer text, spent bigint, seconds double precision)
language sql security definer as $$
  with ended as (
    delete from request_budget where request_budget.payer in (
      select old.payer from request_budget old
      where old.ends < now() - interval '10 minutes' and old.payer <> all(payers) for update skip locked)
  )
  insert into request_budget as kept (payer, spent, ends)
    -- In one order everywhere, so that two replicas never wait for each other.
    select given.payer, given.points, now() + interval '1 minute' from unnest(payers, points) as given(payer, points) order by given.payer
  on conflict on constraint request_budget_pkey do update set
    spent = case when kept.ends <= now() then excluded.spent else kept.spent + excluded.spent end,
    ends = case when kept.ends <= now() then excluded.ends else kept.ends end
  returning kept.payer, kept.spent, extract(epoch from kept.ends - now())::double precision
$$;
do $$ begin
  execute format('alter function settle_request_budget(text[], bigint[]) set search_path = %I, pg_temp', current_schema());
end $$;
revoke execute on function settle_request_budget(text[], bigint[]) from public;
