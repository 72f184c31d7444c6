// Light, dark or as the system is: set before anything is drawn, so that the page doesn't flash. A plain script, not a module.

(() => {
  const KEY = "rehearsal-theme";
  const kept = () => {
    try {
      return localStorage.getItem(KEY) ?? "system";
    } catch {
      return "system";
    }
  };
  const apply = (theme) => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  apply(kept());
  window.theme = {
    kept,
    keep(theme) {
      apply(theme);
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // A browser that keeps nothing still shows the theme until it is closed.
      }
    },
  };
})();
