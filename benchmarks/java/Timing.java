import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Times an operation on a document's bytes in a warm virtual machine. */
final class Timing {
    interface Operation { Object run(byte[] data) throws Exception; }

    static Object kept;

    /** Prints the medians, in microseconds, of the operations on the file, which take turns. */
    static void main(String file, Operation... operations) throws Exception {
        byte[] data = Files.readAllBytes(Path.of(file));
        int rounds = 300;
        for (int number = 0; number < rounds; number++)
            for (Operation operation : operations) kept = operation.run(data);
        long[][] taken = new long[operations.length][rounds];
        for (int number = 0; number < rounds; number++)
            for (int one = 0; one < operations.length; one++) {
                long start = System.nanoTime();
                kept = operations[one].run(data);
                taken[one][number] = System.nanoTime() - start;
            }
        StringBuilder line = new StringBuilder();
        for (long[] times : taken) {
            Arrays.sort(times);
            line.append(times[rounds / 2] / 1000.0).append(' ');
        }
        System.out.println(line);
    }
}
