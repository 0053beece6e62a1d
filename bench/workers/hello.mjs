// The least a Worker can do: what every ratio of the table is over.
export default {
  fetch() {
    return new Response('Hello World!');
  },
};
