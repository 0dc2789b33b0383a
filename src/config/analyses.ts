import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { count, positive, share } from './numbers.js';

/** Of the search for what latents follow that they should not. */
export const systematicsSettings = z
  .strictObject({
    stars: count.min(50).default(10_000).describe('most stars that are looked at, drawn by their ids'),
    shuffles: count
      .min(99)
      .default(999)
      .describe('how often properties are dealt to the stars anew, to see what chance makes of them'),
    falseAlarms: share
      .default(0.01)
      .describe('how often anything may be found of a property where there is nothing to be found'),
    seed: z.number().int().nonnegative().default(1),
    afterPublish: z
      .boolean()
      .default(true)
      .describe('whether systematics are looked for whenever a release is published or a model promoted'),
  })
  .prefault({});

/** Of the planes that stars are laid out in. */
export const projectionSettings = z
  .strictObject({
    neighbours: count.default(15).describe('nearest stars that UMAP holds each star to'),
    minimumDistance: positive.default(0.1).describe('least distance of two points in the plane of UMAP'),
    fitted: count
      .min(10)
      .default(20_000)
      .describe('most stars that UMAP lays out itself, drawn at random; the others are placed among them'),
    seed: z.number().int().nonnegative().default(1),
    afterPublish: z
      .boolean()
      .default(true)
      .describe('whether they are computed whenever a release is published or a model promoted'),
  })
  .prefault({});

/** Of the search for groups of kin. */
export const groupSettings = z
  .strictObject({
    leastMembers: count.min(2).default(8).describe('fewest stars of a group'),
    mostMembers: count.default(500).describe('most stars of a cluster of HDBSCAN'),
    samples: count
      .default(8)
      .describe('stars, itself included, within whose reach HDBSCAN tells the density at a star'),
    cellStars: count.default(40).describe('stars of a cell of K-means, on average'),
    reach: positive
      .default(1.75)
      .describe('furthest distance of a member from the centre, in units of √dimensions: one chemistry scatters by 1'),
    falsePositiveRate: share.default(0.05).describe('largest share of groups that may be chance, of those kept'),
    realisations: count.default(10).describe('shuffled archives that tell what chance makes'),
    seed: z.number().int().nonnegative().default(1),
    threads: count.default(Math.min(4, availableParallelism())).describe('searches at once'),
    afterPublish: z
      .array(z.enum(['hdbscan', 'kmeans']))
      .default([])
      .describe('methods by which groups are looked for whenever a release is published'),
  })
  .prefault({});
