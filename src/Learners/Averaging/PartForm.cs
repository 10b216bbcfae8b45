namespace StreamLearn.Learners.Averaging;

/// <summary>How the numbers of a part are written.</summary>
internal enum PartForm : byte
{
    /// <summary>All of them in single precision.</summary>
    Dense = 0,

    /// <summary>All of them at 8 bit.</summary>
    DenseBytes = 1,

    /// <summary>Some of them at 8 bit, the others are 0.</summary>
    SparseBytes = 2,

    /// <summary>Some of them in single precision, the others are 0.</summary>
    Sparse = 3,
}
