import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import javax.xml.bind.JAXBContext;
import jaxb.Record;
import jaxb.Records;

/** JAXB on the synthetic records. */
public final class Bound {
    static JAXBContext context;

    static Records parse(byte[] data) throws Exception {
        return (Records) context.createUnmarshaller().unmarshal(new ByteArrayInputStream(data));
    }

    static void read(Record one) {
        Timing.kept = one.getId();
        Timing.kept = one.getTitle();
        Timing.kept = one.getDay();
        Timing.kept = one.getMade();
        Timing.kept = one.getPrice();
        Timing.kept = one.getPages();
        Timing.kept = one.isOpen();
        Timing.kept = one.getSizes();
        Timing.kept = one.getKind();
        Timing.kept = one.getNote();
    }

    public static void main(String[] given) throws Exception {
        context = JAXBContext.newInstance("jaxb");
        Timing.main(given[0], data -> {
            read(parse(data).getRecord().get(0));
            return null;
        }, data -> {
            for (Record one : parse(data).getRecord()) read(one);
            return null;
        }, data -> {
            Records records = parse(data);
            records.getRecord().get(0).setTitle("Changed");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            context.createMarshaller().marshal(records, out);
            return out.toByteArray();
        });
    }
}
