# For node-gyp, which fetches Node's headers itself; build.js compiles directly when they are present.
{
  'targets': [
    {
      'target_name': 'tsbpf',
      'sources': ['shim.c'],
      'cflags': ['-O2', '-Wall', '-Wextra', '-std=gnu11'],
    },
  ],
}
