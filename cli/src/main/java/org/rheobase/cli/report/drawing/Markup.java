package org.rheobase.cli.report.drawing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes SVG elements, one on a line, into memory, where writing cannot fail. */
final class Markup {
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final XMLStreamWriter xml;

  /** Opens the document; its size is in pixels. */
  Markup(double width, double height) {
    try {
      // The JDK's own, whatever else a library puts on the class path: the same bytes everywhere.
      xml =
          XMLOutputFactory.newDefaultFactory()
              .createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("svg");
      xml.writeDefaultNamespace(NAMESPACE);
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    attributes("width", width, "height", height);
    attributes("viewBox", "0 0 " + number(width) + " " + number(height));
    attributes("role", "img");
  }

  /** An element that holds others until {@link #close}. Attributes are names and values in turn. */
  Markup open(String element, Object... attributes) {
    return write(() -> {
      xml.writeCharacters("\n");
      xml.writeStartElement(element);
      attributes(attributes);
    });
  }

  Markup close() {
    return write(xml::writeEndElement);
  }

  Markup empty(String element, Object... attributes) {
    return write(() -> {
      xml.writeCharacters("\n");
      xml.writeEmptyElement(element);
      attributes(attributes);
    });
  }

  /** An element with text. */
  Markup text(String element, String text, Object... attributes) {
    return write(() -> {
      open(element, attributes);
      xml.writeCharacters(text);
      close();
    });
  }

  /** Ends the document. */
  byte[] bytes() {
    write(() -> {
      xml.writeCharacters("\n");
      xml.writeEndDocument();
      xml.writeCharacters("\n");
      xml.close();
    });
    return bytes.toByteArray();
  }

  /** A coordinate to a tenth of a pixel, the same in every locale. */
  static String number(double value) {
    double tenths = Math.round(10 * value) / 10.0;
    return tenths == Math.rint(tenths)
        ? Long.toString((long) tenths)
        : String.format(Locale.ROOT, "%.1f", tenths);
  }

  private void attributes(Object... namesAndValues) {
    write(() -> {
      for (int i = 0; i < namesAndValues.length; i += 2) {
        Object value = namesAndValues[i + 1];
        xml.writeAttribute(
            namesAndValues[i].toString(),
            value instanceof Number n ? number(n.doubleValue()) : "" + value);
      }
    });
  }

  private interface Writing {
    void run() throws XMLStreamException;
  }

  private Markup write(Writing writing) {
    try {
      writing.run();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }
}
