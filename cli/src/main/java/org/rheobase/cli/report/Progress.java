package org.rheobase.cli.report;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import org.rheobase.parallel.ProgressListener;

/**
 * One line on stderr that shows how far the work is, its rate and the time left. Silent unless it
 * was made for a terminal. Any thread may call any method.
 */
public final class Progress implements ProgressListener, AutoCloseable {
  private static final int BAR = 24;
  private static final int MAX_WIDTH = 79;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream terminal;
  private final boolean visible;
  private final LongSupplier nanoClock;

  private String label = "";
  private long total;
  private long done;
  private long started;
  private long drawn;
  private int drawnWidth;

  /** Progress on {@code terminal}, or none at all when {@code visible} is false. */
  public Progress(PrintStream terminal, boolean visible) {
    this(terminal, visible, System::nanoTime);
  }

  Progress(PrintStream terminal, boolean visible, LongSupplier nanoClock) {
    this.terminal = terminal;
    this.visible = visible;
    this.nanoClock = nanoClock;
  }

  /**
   * Begins a stage of the work and forgets the one before.
   *
   * @param what is done, for example "evaluating"
   * @param items how many there are; 0 or less when nobody knows
   */
  @Override
  public synchronized void stage(String what, int items) {
    label = what;
    total = items;
    done = 0;
    started = nanoClock.getAsLong();
    draw(started);
  }

  /** So many more items are done. */
  @Override
  public synchronized void advance(int items) {
    done += items;
    long now = nanoClock.getAsLong();
    if (now - drawn >= REDRAW_NANOS) {
      draw(now);
    }
  }

  @Override
  public void close() {
    clear();
  }

  /** Wipes the line, so that what is printed next begins on a clean one. */
  public synchronized void clear() {
    if (visible && drawnWidth > 0) {
      terminal.print("\r" + " ".repeat(drawnWidth) + "\r");
      terminal.flush();
      drawnWidth = 0;
    }
  }

  private void draw(long now) {
    drawn = now;
    if (!visible) {
      return;
    }
    String line = line((now - started) / 1e9);
    terminal.print("\r" + line + " ".repeat(Math.max(0, drawnWidth - line.length())));
    terminal.flush();
    drawnWidth = line.length();
  }

  private String line(double seconds) {
    double perSecond = seconds > 0 ? done / seconds : 0;
    StringBuilder line = new StringBuilder(label);
    if (total > 0) {
      double fraction = Math.min(1, (double) done / total);
      int full = (int) (BAR * fraction);
      line.append(" [").append("#".repeat(full)).append(".".repeat(BAR - full)).append("] ");
      line.append(done).append('/').append(total);
    } else {
      line.append(' ').append(done);
    }
    if (done > 0 && perSecond > 0) {
      line.append(", ").append(Numbers.count(perSecond)).append("/s");
      if (total > done) {
        line.append(", ").append(Numbers.duration((total - done) / perSecond)).append(" left");
      }
    }
    return line.substring(0, Math.min(line.length(), MAX_WIDTH));
  }
}
