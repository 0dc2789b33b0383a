-- Columns that migration 0014 added have no statistics before the next automatic analysis, and without them searches for twins would sort all latents instead of walking along
-- their index.

analyze spectrum, star_parameters, latent, abundance_estimate;
