package org.rheobase.cli.report.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** A picture, read back by an XML parser. */
public final class Svg {
  private final Element root;

  private Svg(Element root) {
    this.root = root;
  }

  /** Parses a picture; fails on what is not well-formed. */
  public static Svg parse(byte[] bytes) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      Element root =
          factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes)).getDocumentElement();
      assertThat(root.getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
      return new Svg(root);
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError("not well-formed", e);
    }
  }

  /** Elements of a class, among others. */
  public List<Element> ofClass(String name) {
    List<Element> found = new ArrayList<>();
    var all = root.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (List.of(element.getAttribute("class").split(" ")).contains(name)) {
        found.add(element);
      }
    }
    return found;
  }

  /** All that a viewer writes. */
  public List<String> texts() {
    List<String> texts = new ArrayList<>();
    var all = root.getElementsByTagName("text");
    for (int i = 0; i < all.getLength(); i++) {
      texts.add(all.item(i).getTextContent());
    }
    return texts;
  }

  /** Where the units lie, relative to each other. */
  public List<Rectangle2D> units() {
    List<Rectangle2D> boxes = new ArrayList<>();
    for (String form : List.of("input", "output", "operations")) {
      for (Element unit : ofClass(form)) {
        Element box = (Element) unit.getElementsByTagName("rect").item(0);
        boxes.add(
            new Rectangle2D.Double(
                number(box, "x"), number(box, "y"), number(box, "width"), number(box, "height")));
      }
    }
    for (Element unit : ofClass("site")) {
      Element circle = (Element) unit.getElementsByTagName("circle").item(0);
      double r = number(circle, "r");
      boxes.add(
          new Rectangle2D.Double(number(circle, "cx") - r, number(circle, "cy") - r, 2 * r, 2 * r));
    }
    return boxes;
  }

  /** No unit lies on another or leaves the canvas. */
  public void checkPlaces() {
    List<Rectangle2D> units = units();
    double width = number(root, "width");
    double height = number(root, "height");
    for (int i = 0; i < units.size(); i++) {
      Rectangle2D unit = units.get(i);
      assertThat(unit.getMinX()).isNotNegative();
      assertThat(unit.getMinY()).isNotNegative();
      assertThat(unit.getMaxX()).isLessThanOrEqualTo(width);
      assertThat(unit.getMaxY()).isLessThanOrEqualTo(height);
      for (int j = 0; j < i; j++) {
        assertThat(unit.intersects(units.get(j))).as("units %s, %s", unit, units.get(j)).isFalse();
      }
    }
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }
}
