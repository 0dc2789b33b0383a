/**
 * Runs one task at a time and, of those that came meanwhile, only the latest: a slider gives a value a frame, and a server that is asked for each would fall
 * behind. The running one is let finish, since an answer a little late moves the picture where aborting every one would freeze it.
 */
export function latestOnly<Argument>(run: (argument: Argument) => Promise<void>): (argument: Argument) => void {
  let running = false;
  let waiting: { readonly argument: Argument } | null = null;
  const next = async (argument: Argument): Promise<void> => {
    running = true;
    await run(argument);
    running = false;
    const following = waiting;
    waiting = null;
    if (following) void next(following.argument);
  };
  return (argument) => {
    if (running) waiting = { argument };
    else void next(argument);
  };
}
