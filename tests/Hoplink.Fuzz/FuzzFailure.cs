namespace Hoplink.Fuzz;

/// <summary>A promise that an input broke.</summary>
public sealed class FuzzFailure(string message) : Exception(message);
