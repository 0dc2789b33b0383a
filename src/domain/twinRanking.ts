/**
 * How many of the nearest stars are ordered by their Bayes factor, in the archive's search and in the evaluation that measures it. Of 3,999 simulated stars the true twin
 * was among so many in 99.9 % of searches at SNR 30, and 97.8 % at 20.
 */
export const RANKED = 300;
