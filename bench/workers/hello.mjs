// The smallest Worker: the baseline of every ratio in the table.
export default {
  fetch() {
    return new Response('Hello World!');
  },
};
