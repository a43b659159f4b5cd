package org.rheobase.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rheobase.error.FailureException;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

class DenseBackendsTest {
  private record Fast(String name, Optional<String> unavailable) implements DenseBackend {
    @Override
    public Kernel convolution(Op.Conv conv, Shape input) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Kernel linear(Op.Linear linear) {
      throw new UnsupportedOperationException();
    }
  }

  private static final DenseBackend WORKS = new Fast("works", Optional.empty());
  private static final DenseBackend BROKEN = new Fast("broken", Optional.of("no library"));

  @Test
  void aFastBackendThatCanRunIsPreferred() {
    DenseBackends.Choice choice = DenseBackends.choose(List.of(BROKEN, WORKS));
    assertThat(choice.backend()).isSameAs(WORKS);
    assertThat(choice.fallback()).isEmpty();
  }

  @Test
  void theReasonForFallingBackToJavaIsKept() {
    DenseBackends.Choice choice = DenseBackends.choose(List.of(BROKEN));
    assertThat(choice.backend().name()).isEqualTo("java");
    assertThat(choice.fallback()).contains("broken: no library");
  }

  @Test
  void withoutFastBackendsJavaRuns() {
    assertThat(DenseBackends.best().name()).isEqualTo("java");
    assertThat(DenseBackends.choose().fallback()).isPresent();
    assertThat(DenseBackends.named("java").name()).isEqualTo("java");
  }

  @Test
  void aForcedBackendThatCannotRunIsAnError() {
    assertThatThrownBy(() -> DenseBackends.named("broken", List.of(BROKEN)))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("no library");
    assertThatThrownBy(() -> DenseBackends.named("onednn"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("class path");
  }

  @Test
  void anUnknownNameIsMisuseAndListsTheKnownOnes() {
    assertThatThrownBy(() -> DenseBackends.named("cuda", List.of(WORKS)))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("java, works")
        .hasMessageContaining("cuda");
  }
}
