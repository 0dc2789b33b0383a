import { createRoot } from 'react-dom/client';
import { applyTheme, chosenTheme } from './shell/theme';
import './style/tokens.css';
import './style/page.css';
import './style/controls.css';
import './style/table.css';
import './style/figure.css';
import './style/map.css';
import './style/yours.css';
import { Shell } from './shell/Shell';

applyTheme(chosenTheme());
const place = document.getElementById('explorer');
if (!place) throw new Error('index.html has no element #explorer');
createRoot(place).render(<Shell />);
