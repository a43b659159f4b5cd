package org.rheobase.parallel;

/** Is told how far a long piece of work has come; called from several threads. */
public interface ProgressListener {
  /** A new stage begins; what went before is finished. */
  void stage(String what, int items);

  /** So many more items of the stage are done. */
  void advance(int items);

  /** Listens to nothing. */
  ProgressListener NONE =
      new ProgressListener() {
        @Override
        public void stage(String what, int items) {}

        @Override
        public void advance(int items) {}
      };
}
