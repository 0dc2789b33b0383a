<?xml version="1.0" encoding="UTF-8"?>
<!-- Resource descriptor for GAVO DaCHS: the published part of a Starkin archive over TAP. README.md beside it says how. -->
<resource schema="public" resdir="starkin">
  <meta name="title">Starkin: stars by their chemistry</meta>
  <meta name="creationDate">2026-11-22T00:00:00Z</meta>
  <meta name="description" format="plain">Stars of the published releases of a Starkin archive, with physical parameters, abundances, and the latents that
    twins are searched by (de Mijolla, Ness, Viti and Wheeler 2021, AJ).</meta>
  <meta name="subject">chemical-abundances</meta>
  <meta name="subject">stellar-spectroscopy</meta>
  <meta name="creator.name">The operators of this archive</meta>
  <meta name="source">2021AJ....161...94D</meta>

  <table id="published_star" onDisk="True" adql="True" primary="star_id,release">
    <meta name="description">Stars of the published releases: a row for each star and release.</meta>
    <column name="star_id" type="text" ucd="meta.id;meta.main" required="True" tablehead="Star" description="Key in the archive: survey:name" verbLevel="1"/>
    <column name="survey" type="text" ucd="meta.bib" tablehead="Survey" description="Survey of the star" verbLevel="15"/>
    <column name="name" type="text" ucd="meta.id" tablehead="Name" description="Identifier of the survey, as it gives it" verbLevel="1"/>
    <column name="release" type="text" ucd="meta.version" required="True" tablehead="Release" description="Release that tells all this" verbLevel="1"/>
    <column name="simulated" type="boolean" ucd="meta.code" tablehead="Simulated" description="Whether the release is a simulation" verbLevel="15"/>
    <column name="ra" type="double precision" unit="deg" ucd="pos.eq.ra;meta.main" tablehead="RA" description="Right ascension, ICRS" verbLevel="1"/>
    <column name="dec" type="double precision" unit="deg" ucd="pos.eq.dec;meta.main" tablehead="Dec" description="Declination, ICRS" verbLevel="1"/>
    <column name="teff" type="double precision" unit="K" ucd="phys.temperature.effective" tablehead="Teff" description="Effective temperature" verbLevel="5"/>
    <column name="teff_error" type="double precision" unit="K" ucd="stat.error;phys.temperature.effective" tablehead="σ(Teff)" description="1 sigma; null: taken as exact" verbLevel="15"/>
    <column name="logg" type="double precision" unit="dex" ucd="phys.gravity" tablehead="log g" description="log10 of surface gravity, cgs" verbLevel="5"/>
    <column name="logg_error" type="double precision" unit="dex" ucd="stat.error;phys.gravity" tablehead="σ(log g)" description="1 sigma; null: taken as exact" verbLevel="15"/>
    <column name="feh" type="double precision" unit="dex" ucd="phys.abund.Fe" tablehead="[Fe/H]" description="[Fe/H] of the catalogue" verbLevel="5"/>
    <column name="feh_error" type="double precision" unit="dex" ucd="stat.error;phys.abund.Fe" tablehead="σ([Fe/H])" description="1 sigma; null: taken as exact" verbLevel="15"/>
    <column name="parameter_source" type="text" ucd="meta.note" tablehead="Source" description="Where Teff, log g and [Fe/H] come from" verbLevel="25"/>
    <column name="snr" type="double precision" ucd="stat.snr" tablehead="SNR" description="Signal to noise per pixel of the combined spectrum, as the survey states it" verbLevel="5"/>
    <column name="good_pixels" type="integer" ucd="meta.number" required="True" tablehead="Pixels" description="Pixels of that spectrum that carry information" verbLevel="25"/>
  </table>

  <table id="published_alias" onDisk="True" adql="True" primary="star_id,release,catalogue">
    <meta name="description">Identifiers of these stars in other catalogues.</meta>
    <column name="star_id" type="text" ucd="meta.id;meta.main" required="True" tablehead="Star" description="Key in the archive: survey:name" verbLevel="1"/>
    <column name="release" type="text" ucd="meta.version" required="True" tablehead="Release" description="Release that tells it" verbLevel="1"/>
    <column name="catalogue" type="text" ucd="meta.bib" required="True" tablehead="Catalogue" description="The other catalogue: gaia, 2mass" verbLevel="1"/>
    <column name="alias" type="text" ucd="meta.id.cross" tablehead="Identifier" description="Identifier there; 64-bit numbers as text" verbLevel="1"/>
  </table>

  <table id="published_latent" onDisk="True" adql="True" primary="star_id,release,model_id">
    <meta name="description">What models make of their combined spectra.</meta>
    <column name="star_id" type="text" ucd="meta.id;meta.main" required="True" tablehead="Star" description="Key in the archive: survey:name" verbLevel="1"/>
    <column name="release" type="text" ucd="meta.version" required="True" tablehead="Release" description="Release of the spectrum" verbLevel="1"/>
    <column name="model_id" type="text" ucd="meta.id;meta.modelled" required="True" tablehead="Model" description="Model; vectors of two models cannot be compared" verbLevel="1"/>
    <column name="extrapolated" type="boolean" ucd="meta.code" tablehead="Extrapolated" description="Parameters outside the range that the model was trained on" verbLevel="5"/>
    <column name="searched" type="real[]" ucd="meta.modelled" tablehead="Vector" description="Whitened residual latent: Euclidean distances between these are the distances of twins" verbLevel="1"/>
  </table>

  <table id="published_abundance" onDisk="True" adql="True" primary="star_id,release,estimator_id,element">
    <meta name="description">Abundances of these stars: a row for each species and estimator.</meta>
    <column name="star_id" type="text" ucd="meta.id;meta.main" required="True" tablehead="Star" description="Key in the archive: survey:name" verbLevel="1"/>
    <column name="release" type="text" ucd="meta.version" required="True" tablehead="Release" description="Release of the spectrum" verbLevel="1"/>
    <column name="model_id" type="text" ucd="meta.id;meta.modelled" tablehead="Model" description="Model of the latents that they are estimated from" verbLevel="15"/>
    <column name="estimator_id" type="text" ucd="meta.id" required="True" tablehead="Estimator" description="How they are estimated" verbLevel="1"/>
    <column name="element" type="text" ucd="meta.code" required="True" tablehead="Element" description="Species" verbLevel="1"/>
    <column name="value" type="real" unit="dex" ucd="phys.abund" tablehead="Abundance" description="[Fe/H] for Fe, [X/Fe] for the others" verbLevel="1"/>
    <column name="sigma" type="real" unit="dex" ucd="stat.error;phys.abund" tablehead="68.3 %" description="Half-width of the interval that holds the truth with 68.3 % probability" verbLevel="1"/>
    <column name="half95" type="real" unit="dex" ucd="stat.error;phys.abund" tablehead="95 %" description="Half-width of the interval that holds it with 95 % probability" verbLevel="15"/>
    <column name="reliable" type="boolean" ucd="meta.code.qual" tablehead="Reliable" description="Whether the value can be relied upon" verbLevel="5"/>
  </table>

  <data id="import">
    <make table="published_star"/>
    <make table="published_alias"/>
    <make table="published_latent"/>
    <make table="published_abundance"/>
  </data>
</resource>
