package org.rheobase.speed;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Time that a thread had a processor: other load on the machine counts less than with a clock. */
public final class ProcessorTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ProcessorTime() {}

  /** In nanoseconds from any beginning; a clock's where the JVM does not know it. */
  public static long ofThisThread() {
    return THREADS.isCurrentThreadCpuTimeSupported()
        ? THREADS.getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
