// Takes the arguments off the CLR's stack, checks them and calls the core. Arrays cannot move meanwhile: nothing here allocates on the
// managed heap, and one native thread runs all managed ones.

#include "Hoplink_Native.h"

#include "hoplink_crypto.h"

typedef Library_Hoplink_Native_Hoplink_Native_MbedTls MbedTls;

// A range of a byte array: the arguments are the array, an offset and a count.
static HRESULT GetRange(CLR_RT_HeapBlock &argument, CLR_INT32 offset, CLR_INT32 count, CLR_UINT8 *&data)
{
    NANOCLR_HEADER();

    CLR_INT32 length;
    CLR_RT_HeapBlock_Array *array = argument.DereferenceArray();

    FAULT_ON_NULL_ARG(array);
    length = (CLR_INT32)array->m_numOfElements;
    if (offset < 0 || count < 0 || count > length || offset > length - count)
    {
        NANOCLR_SET_AND_LEAVE(CLR_E_OUT_OF_RANGE);
    }

    data = array->GetFirstElement() + offset;

    NANOCLR_NOCLEANUP();
}

// A byte array of just this size.
static HRESULT GetWhole(CLR_RT_HeapBlock &argument, CLR_UINT32 size, CLR_UINT8 *&data)
{
    NANOCLR_HEADER();

    CLR_RT_HeapBlock_Array *array = argument.DereferenceArray();

    FAULT_ON_NULL_ARG(array);
    if (array->m_numOfElements != size)
    {
        NANOCLR_SET_AND_LEAVE(CLR_E_INVALID_PARAMETER);
    }

    data = array->GetFirstElement();

    NANOCLR_NOCLEANUP();
}

static CLR_INT32 GetInt(CLR_RT_HeapBlock &argument)
{
    return argument.NumericByRef().s4;
}

static HRESULT ResultOf(int code)
{
    switch (code)
    {
        case HOPLINK_OK:
            return S_OK;
        case HOPLINK_E_ARGUMENT:
            return CLR_E_INVALID_PARAMETER;
        case HOPLINK_E_MEMORY:
            return CLR_E_OUT_OF_MEMORY;
        default:
            return CLR_E_FAIL;
    }
}

// For a method that returns false where a key is not valid.
static HRESULT SetKeyResult(CLR_RT_StackFrame &stack, int code)
{
    NANOCLR_HEADER();

    if (code == HOPLINK_E_PRIVATE_KEY || code == HOPLINK_E_PUBLIC_KEY)
    {
        stack.SetResult_Boolean(false);
        NANOCLR_SET_AND_LEAVE(S_OK);
    }

    NANOCLR_CHECK_HRESULT(ResultOf(code));
    stack.SetResult_Boolean(true);

    NANOCLR_NOCLEANUP();
}

HRESULT MbedTls::Sha256___STATIC__VOID__SZARRAY_U1__I4__I4__SZARRAY_U1__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();

    CLR_UINT8 *data;
    CLR_UINT8 *output;
    CLR_INT32 count = GetInt(stack.Arg2());

    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg0(), GetInt(stack.Arg1()), count, data));
    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg3(), GetInt(stack.Arg4()), HOPLINK_HASH_SIZE, output));
    NANOCLR_SET_AND_LEAVE(ResultOf(hoplink_sha256(data, (size_t)count, output)));

    NANOCLR_NOCLEANUP();
}

HRESULT MbedTls::PrepareKey___STATIC__VOID__SZARRAY_U1__I4__I4__SZARRAY_U1(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();

    CLR_UINT8 *secret;
    CLR_UINT8 *key;
    CLR_INT32 count = GetInt(stack.Arg2());

    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg0(), GetInt(stack.Arg1()), count, secret));
    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg3(), HOPLINK_HMAC_KEY_SIZE, key));
    NANOCLR_SET_AND_LEAVE(ResultOf(hoplink_hmac_prepare(secret, (size_t)count, key)));

    NANOCLR_NOCLEANUP();
}

HRESULT MbedTls::Hmac___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();

    CLR_UINT8 *key;
    CLR_UINT8 *data;
    CLR_UINT8 *output;
    CLR_RT_HeapBlock_Array *prefix = stack.Arg1().DereferenceArray();
    CLR_INT32 count = GetInt(stack.Arg4());
    CLR_INT32 outputCount = GetInt(stack.ArgN(7));

    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg0(), HOPLINK_HMAC_KEY_SIZE, key));
    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg2(), GetInt(stack.Arg3()), count, data));
    NANOCLR_CHECK_HRESULT(GetRange(stack.ArgN(5), GetInt(stack.ArgN(6)), outputCount, output));
    NANOCLR_SET_AND_LEAVE(ResultOf(hoplink_hmac(
        key,
        prefix == NULL ? NULL : prefix->GetFirstElement(),
        prefix == NULL ? 0 : prefix->m_numOfElements,
        data,
        (size_t)count,
        output,
        (size_t)outputCount)));

    NANOCLR_NOCLEANUP();
}

HRESULT MbedTls::Iterate___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();

    CLR_UINT8 *password;
    CLR_UINT8 *chain;
    CLR_UINT8 *sum;
    CLR_INT32 count = GetInt(stack.Arg3());

    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg0(), HOPLINK_HMAC_KEY_SIZE, password));
    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg1(), HOPLINK_HASH_SIZE, chain));
    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg2(), HOPLINK_HASH_SIZE, sum));
    if (count < 0)
    {
        NANOCLR_SET_AND_LEAVE(CLR_E_INVALID_PARAMETER);
    }

    NANOCLR_SET_AND_LEAVE(ResultOf(hoplink_pbkdf2_iterate(password, chain, sum, (uint32_t)count)));

    NANOCLR_NOCLEANUP();
}

HRESULT MbedTls::FixedTimeEquals___STATIC__BOOLEAN__SZARRAY_U1__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();

    CLR_UINT8 *left;
    CLR_UINT8 *right;
    int equal = 0;
    CLR_INT32 count = GetInt(stack.Arg4());

    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg0(), GetInt(stack.Arg1()), count, left));
    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg2(), GetInt(stack.Arg3()), count, right));
    NANOCLR_CHECK_HRESULT(ResultOf(hoplink_equal(left, right, (size_t)count, &equal)));
    stack.SetResult_Boolean(equal != 0);

    NANOCLR_NOCLEANUP();
}

HRESULT MbedTls::TryGetPublicKey___STATIC__BOOLEAN__SZARRAY_U1__SZARRAY_U1(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();

    CLR_UINT8 *privateKey;
    CLR_UINT8 *publicKey;

    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg0(), HOPLINK_PRIVATE_KEY_SIZE, privateKey));
    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg1(), HOPLINK_PUBLIC_KEY_SIZE, publicKey));
    NANOCLR_SET_AND_LEAVE(SetKeyResult(stack, hoplink_p256_public_key(privateKey, hoplink_platform_random, NULL, publicKey)));

    NANOCLR_NOCLEANUP();
}

HRESULT MbedTls::TryAgree___STATIC__BOOLEAN__SZARRAY_U1__SZARRAY_U1__I4__SZARRAY_U1__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();

    CLR_UINT8 *privateKey;
    CLR_UINT8 *peerPublic;
    CLR_UINT8 *secret;

    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg0(), HOPLINK_PRIVATE_KEY_SIZE, privateKey));
    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg1(), GetInt(stack.Arg2()), HOPLINK_PUBLIC_KEY_SIZE, peerPublic));
    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg3(), GetInt(stack.Arg4()), HOPLINK_SECRET_SIZE, secret));
    NANOCLR_SET_AND_LEAVE(SetKeyResult(stack, hoplink_p256_agree(privateKey, peerPublic, hoplink_platform_random, NULL, secret)));

    NANOCLR_NOCLEANUP();
}

HRESULT MbedTls::AddKeystream___STATIC__VOID__SZARRAY_U1__SZARRAY_U1__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();

    CLR_UINT8 *key;
    CLR_UINT8 *counter;
    CLR_UINT8 *buffer;
    CLR_INT32 count = GetInt(stack.Arg4());

    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg0(), HOPLINK_AES_KEY_SIZE, key));
    NANOCLR_CHECK_HRESULT(GetWhole(stack.Arg1(), HOPLINK_AES_BLOCK_SIZE, counter));
    NANOCLR_CHECK_HRESULT(GetRange(stack.Arg2(), GetInt(stack.Arg3()), count, buffer));
    NANOCLR_SET_AND_LEAVE(ResultOf(hoplink_aes128_ctr(key, counter, buffer, (size_t)count)));

    NANOCLR_NOCLEANUP();
}
