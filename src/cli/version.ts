// The one place that names the version at run time; a test holds it against package.json.
export const VERSION = '0.1.0';
