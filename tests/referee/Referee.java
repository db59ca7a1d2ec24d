import java.io.*;
import java.nio.charset.StandardCharsets;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.*;
import org.xml.sax.*;

/** Xerces-J (the JDK's own copy) as a referee: a line "schema TAB document TAB …" in; "valid", "invalid" or "schema" for each document out. */
public class Referee {
    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "file");
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] part = line.split("\t");
            StringBuilder answer = new StringBuilder();
            Validator validator = null;
            try {
                validator = factory.newSchema(new File(part[0])).newValidator();
                validator.setErrorHandler(new Strict());
            } catch (Exception refused) {
                // no schema: said for each document
            }
            for (int n = 1; n < part.length; n++) {
                String verdict = "schema";
                if (validator != null) {
                    try {
                        validator.validate(new StreamSource(new File(part[n])));
                        verdict = "valid";
                    } catch (Exception invalid) {
                        verdict = "invalid";
                    }
                }
                answer.append(n > 1 ? "\t" : "").append(verdict);
            }
            out.println(part.length > 1 ? answer : validator != null ? "valid" : "invalid");
        }
    }

    static class Strict implements ErrorHandler {
        public void warning(SAXParseException e) {}
        public void error(SAXParseException e) throws SAXException { throw e; }
        public void fatalError(SAXParseException e) throws SAXException { throw e; }
    }
}
