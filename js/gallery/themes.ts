// The hosts' own colours, as their themes set them.

interface Theme {
  page: string;
  body?: string;
  light?: boolean;
  shadow?: boolean;
  variables: Record<string, string>;
}

const jp = (
  light: boolean,
  ground: string,
  ink: string,
  brand: string,
  good: string,
  bad: string,
  warn: string,
): Theme => ({
  page: ground,
  light,
  variables: {
    "--jp-layout-color1": ground,
    "--jp-ui-font-color1": ink,
    "--jp-brand-color1": brand,
    "--jp-success-color1": good,
    "--jp-error-color1": bad,
    "--jp-warn-color1": warn,
    "--jp-ui-font-size1": "13px",
    "--jp-ui-font-family": "system-ui, -apple-system, 'Segoe UI', helvetica, arial, sans-serif",
    "--jp-code-font-family": "menlo, consolas, 'DejaVu Sans Mono', monospace",
  },
});

const vs = (
  body: string,
  ground: string,
  ink: string,
  link: string,
  good: string,
  bad: string,
  warn: string,
): Theme => ({
  page: ground,
  body,
  variables: {
    // The widget libraries bring JupyterLab's light colours along; VS Code's own must win.
    ...jp(true, "white", "rgba(0,0,0,.87)", "#1976d2", "#388e3c", "#d32f2f", "#f57c00").variables,
    "--vscode-editor-background": ground,
    "--vscode-editor-foreground": ink,
    "--vscode-textLink-foreground": link,
    "--vscode-testing-iconPassed": good,
    "--vscode-errorForeground": bad,
    "--vscode-editorWarning-foreground": warn,
    "--vscode-font-size": "13px",
    "--vscode-font-family": "system-ui, Ubuntu, 'Droid Sans', sans-serif",
    "--vscode-editor-font-family": "'DejaVu Sans Mono', monospace",
    "--vscode-focusBorder": link,
  },
});

export const themes: Record<string, Theme> = {
  // In a shadow root, with the colours on the page.
  "marimo-dark": {
    page: "#181c1a",
    shadow: true,
    variables: { "--background": "#181c1a", "--foreground": "#eceeed", "--primary": "#28879f" },
  },
  "jp-light": jp(true, "white", "rgba(0,0,0,.87)", "#1976d2", "#388e3c", "#d32f2f", "#f57c00"),
  "jp-dark": jp(false, "#212121", "rgba(255,255,255,.87)", "#2196f3", "#4caf50", "#f44336", "#ff9800"),
  "vs-light": vs("vscode-light", "#ffffff", "#000000", "#006ab1", "#388a34", "#a1260d", "#bf8803"),
  "vs-dark": vs("vscode-dark", "#1e1e1e", "#d4d4d4", "#3794ff", "#73c991", "#f48771", "#cca700"),
};
