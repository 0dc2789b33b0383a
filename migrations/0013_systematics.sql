-- What latents follow that they should not is an analysis as well.

alter table analysis drop constraint analysis_method_check;
alter table analysis add constraint analysis_method_check check (method in ('pca', 'umap', 'kmeans', 'hdbscan', 'systematics'));
comment on table analysis is 'A projection, a search for groups or one for systematics, over the searched vectors of the combined spectra of releases under a model.';
