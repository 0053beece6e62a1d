// The smallest Worker. Every ratio in the table is over it.
export default {
  fetch() {
    return new Response('Hello World!');
  },
};
