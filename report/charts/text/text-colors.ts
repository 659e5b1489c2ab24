/** Colors of Mermaid's lines that are told apart on light and on dark ground, and by color-blind readers. */
export const blue = { hex: "#2f86c1", name: "🔵" } as const;
export const orange = { hex: "#d98200", name: "🟠" } as const;
export const gray = { hex: "#8b949e", name: "gray:" } as const;
