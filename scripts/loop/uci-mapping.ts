import type { MappingInput } from '../../server/modules/erp/contract.ts'

/** How the product is told to read the daily files of the UCI set. */
export const uciMapping: MappingInput = {
  stream: 'sales',
  encoding: 'utf-8',
  fields: {
    storeCode: { constant: 'UK' },
    tillCode: { constant: '1' },
    receiptNo: { column: 'InvoiceNo' },
    businessAt: { column: 'InvoiceDate' },
    productCode: { column: 'StockCode' },
    productName: { column: 'Description' },
    quantity: { column: 'Quantity' },
    unitPrice: { column: 'UnitPrice' },
    memberCard: { column: 'CustomerID' },
  },
  documentTypes: [
    { field: 'receiptNo', pattern: '^C', type: 'return' },
    { field: 'receiptNo', pattern: '^A', type: 'adjustment' },
  ],
  negativeDocuments: 'adjustment',
  productKinds: [
    { pattern: '^gift_0001_', kind: 'voucher' },
    { pattern: '^(POST|DOT|C2|D|M|m|S|B|CRUK|BANK CHARGES|AMAZONFEE)$', kind: 'service_fee' },
  ],
}
