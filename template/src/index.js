// The Worker. Add handlers of your own here, such as `scheduled`, or wrap `fetch` to answer some requests yourself.
export { default, Signpost, SignpostObjects, SignpostState } from 'signpost';
