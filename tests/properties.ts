import fc from 'fast-check';

/** Tests of properties draw the same examples every time, so that the same code passes or fails alike; FC_SEED=… draws others, and FC_RUNS=1000 more where a test heeds it. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_210) });

export { fc };
