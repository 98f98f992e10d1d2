-- What failed and what is still open is rare in a large log: looked for by outcome, it must not cost a walk through all of it.

create index decisions_by_outcome on bbb_tiers.decisions (outcome, at desc, id desc);
