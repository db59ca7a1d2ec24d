import beans.Record;
import beans.RecordsDocument;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

/** XMLBeans on the synthetic records. */
public final class Beans {
    static RecordsDocument parse(byte[] data) throws Exception { return RecordsDocument.Factory.parse(new ByteArrayInputStream(data)); }

    static void read(Record one) {
        Timing.kept = one.getId();
        Timing.kept = one.getTitle();
        Timing.kept = one.getDay();
        Timing.kept = one.getMade();
        Timing.kept = one.getPrice();
        Timing.kept = one.getPages();
        Timing.kept = one.getOpen();
        Timing.kept = one.getSizes();
        Timing.kept = one.getKind();
        Timing.kept = one.getNote();
    }

    public static void main(String[] given) throws Exception {
        Timing.main(given[0], data -> {
            read(parse(data).getRecords().getRecordArray(0));
            return null;
        }, data -> {
            for (Record one : parse(data).getRecords().getRecordArray()) read(one);
            return null;
        }, data -> {
            RecordsDocument document = parse(data);
            document.getRecords().getRecordArray(0).setTitle("Changed");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.save(out);
            return out.toByteArray();
        });
    }
}
