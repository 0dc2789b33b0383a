import { Router } from 'express';
import type { ArchiveServices } from '../services.js';
import { escapeXml } from '../table/xml.js';
import { MOST_RECORDS } from './query.js';

/** VOSI 1.1 (IVOA Recommendation 2017): whether the services answer, and which there are. */
export function support({ publicUrl, busy }: ArchiveServices): Router {
  const router = Router();
  const started = new Date().toISOString();
  router.get('/vosi/availability', async (_, response) => {
    const reason = await busy().catch(() => 'the database does not answer');
    response.type('application/xml').set('Cache-Control', 'no-store').send(availability(reason, started));
  });
  router.get('/vosi/capabilities', (_, response) => {
    response.type('application/xml').set('Cache-Control', 'no-cache').send(capabilities(publicUrl()));
  });
  return router;
}

function availability(reason: string | null, started: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<vosi:availability xmlns:vosi="http://www.ivoa.net/xml/VOSIAvailability/v1.0">
<vosi:available>${reason === null}</vosi:available>
<vosi:upSince>${started}</vosi:upSince>
${reason === null ? '' : `<vosi:note>${escapeXml(reason)}</vosi:note>\n`}</vosi:availability>
`;
}

function capabilities(base: string): string {
  const address = (path: string, use: 'full' | 'base') =>
    `<accessURL use="${use}">${escapeXml(base + path)}</accessURL>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0" xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" xmlns:cs="http://www.ivoa.net/xml/ConeSearch/v1.0" xmlns:ssap="http://www.ivoa.net/xml/SSA/v1.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<capability standardID="ivo://ivoa.net/std/VOSI#capabilities"><interface xsi:type="vs:ParamHTTP" role="std">${address('/vosi/capabilities', 'full')}</interface></capability>
<capability standardID="ivo://ivoa.net/std/VOSI#availability"><interface xsi:type="vs:ParamHTTP" role="std">${address('/vosi/availability', 'full')}</interface></capability>
<capability standardID="ivo://ivoa.net/std/ConeSearch" xsi:type="cs:ConeSearch">
<interface xsi:type="vs:ParamHTTP" role="std" version="1.03">${address('/scs?', 'base')}<queryType>GET</queryType><resultType>application/x-votable+xml</resultType></interface>
<maxSR>180</maxSR><maxRecords>${MOST_RECORDS}</maxRecords><verbosity>true</verbosity><testQuery><ra>0</ra><dec>0</dec><sr>0</sr></testQuery>
</capability>
<capability standardID="ivo://ivoa.net/std/SSA" xsi:type="ssap:SimpleSpectralAccess">
<interface xsi:type="vs:ParamHTTP" role="std" version="1.1">${address('/ssap?', 'base')}<queryType>GET</queryType><resultType>application/x-votable+xml</resultType></interface>
<complianceLevel>query</complianceLevel><dataSource>survey</dataSource><creationType>archival</creationType><supportedFrame>ICRS</supportedFrame>
<maxSearchRadius>180</maxSearchRadius><maxRecords>${MOST_RECORDS}</maxRecords><defaultMaxRecords>${MOST_RECORDS}</defaultMaxRecords><testQuery><queryDataCmd>REQUEST=queryData&amp;MAXREC=1</queryDataCmd></testQuery>
</capability>
</vosi:capabilities>
`;
}
