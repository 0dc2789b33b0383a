import { Suspense, useEffect, useRef } from 'react';
import { ArchiveStatusDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { useRoute } from '../router/useRoute';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { Header } from './Header';
import { StatusContext } from './status';
import { views } from './views';

/** ms: a new release or model shows itself on a page that was left open. */
const STATUS_EVERY = 60_000;

/** The frame of the page: its header, and the view that the address names. */
export function Shell() {
  const route = useRoute();
  const status = useAnswer(ArchiveStatusDocument, noVariables, { every: STATUS_EVERY });
  const main = useRef<HTMLElement>(null);
  const view = views.find(({ name }) => name === route.view);
  const place = [route.view, ...route.rest].join('/');
  const entered = useRef(place);

  useEffect(() => {
    document.title = `${view?.titleOf?.(route) ?? view?.label ?? 'Not found'} · Starkin`;
  }, [view, route]);
  useEffect(() => {
    // A screen reader, and the next Tab, begin at what is new; not on the first view, nor when only a parameter changes.
    if (entered.current.split('/', 2).join('/') !== place.split('/', 2).join('/')) main.current?.focus();
    entered.current = place;
  }, [place]);

  return (
    <StatusContext value={status}>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header route={route} />
      <main id="main" ref={main} tabIndex={-1}>
        {status.error && !status.data && <Failure error={status.error} again={status.again} />}
        {view ? (
          <Suspense fallback={<Loading what="the view" lines={8} />}>
            <view.Page key={route.view} route={route} />
          </Suspense>
        ) : (
          <p>There is no such view.</p>
        )}
      </main>
    </StatusContext>
  );
}

const noVariables = {};
