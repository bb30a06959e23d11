namespace Hoplink.Crypto;

/// <summary>Where the managed crypto gets its randomness: the hardware generator on a board, the system's elsewhere.</summary>
public abstract class RandomSource
{
    /// <summary>Fills <paramref name="count"/> bytes with random bytes fit for keys.</summary>
    public abstract void Fill(byte[] buffer, int offset, int count);
}
