import mantine from 'postcss-preset-mantine';

/** Gives the style sheets `light-dark()` and `@mixin hover`. */
export default { plugins: [mantine()] };
