import { ShowQuery } from '../graphql/ShowQuery';
import { href, type Route } from '../router/route';
import { StatusLine } from './StatusLine';
import { ThemeSwitch } from './ThemeSwitch';
import { TokenField } from './TokenField';
import { views } from './views';

/** Name, navigation, the archive's state and what holds for every view. */
export function Header({ route }: { route: Route }) {
  return (
    <header className="top">
      <a className="brand" href={href(['find'])}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 0l2 6 6 2-6 2-2 6-2-6-6-2 6-2z" />
        </svg>
        Starkin
      </a>
      <nav aria-label="Views">
        {views
          .filter(({ listed }) => listed)
          .map(({ name, label }) => (
            <a key={name} href={href([name])} aria-current={name === route.view ? 'page' : undefined}>
              {label}
            </a>
          ))}
      </nav>
      <StatusLine />
      <div className="tools">
        <ShowQuery />
        <TokenField />
        <ThemeSwitch />
      </div>
    </header>
  );
}
